import 'reflect-metadata';
import {X509Certificate} from 'node:crypto';
import * as x509 from '@peculiar/x509';

const verb = process.argv[2];
if (verb === '--version') {
	console.log('k3s version v1.36.4+k3s1 stand-in', typeof x509.X509CertificateGenerator);
} else {
	console.log(process.argv.join(' '), X509Certificate.name, Math.round(performance.now()));
	process.on('SIGTERM', () => process.exit(1));
	setInterval(() => {}, 1e6);
}
