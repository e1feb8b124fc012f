import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import Docker from 'dockerode';

/** A client for an address in DOCKER_HOST's form, with the TLS files of DOCKER_CERT_PATH for tcp. */
export function dockerAt(host: string, environment = process.env): Docker {
	if (host.startsWith('unix://')) {
		return new Docker({socketPath: host.slice('unix://'.length)});
	}
	const {hostname, port} = new URL(host);
	const folder = environment.DOCKER_CERT_PATH;
	const pem = (name: string) => readFileSync(path.join(folder ?? '', name));
	const secure = folder !== undefined && existsSync(path.join(folder, 'cert.pem'));
	return new Docker({
		host: hostname,
		port: Number(port || (secure ? 2376 : 2375)),
		...(secure
			? {protocol: 'https', ca: pem('ca.pem'), cert: pem('cert.pem'), key: pem('key.pem')}
			: {protocol: 'http'}),
	});
}
