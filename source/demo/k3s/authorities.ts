import {posix} from 'node:path';
import {type CertificateRequest, covers, createAuthority, issueCertificate, type KeyPair} from './certificates.ts';
import {signedCertificate} from './log-lines.ts';
import type {NodeContext} from './pace.ts';

/** The authorities of a cluster, which all its servers share. */
export interface Authorities {
	readonly server: KeyPair;
	readonly client: KeyPair;
	/** Base64 key that signs service account tokens. */
	readonly tokenKey: string;
}

/** A server's certificates on disk, under `server/tls`. */
export class CertificateStore {
	readonly #context: NodeContext;

	constructor(context: NodeContext) {
		this.#context = context;
	}

	#path(file: string): string {
		return posix.join(this.#context.dataDir, 'server', 'tls', file);
	}

	async #readPair(name: string): Promise<KeyPair | undefined> {
		const {files} = this.#context.world;
		const [certificate, key] = await Promise.all([
			files.read(this.#path(`${name}.crt`)),
			files.read(this.#path(`${name}.key`)),
		]);
		return certificate && key ? {certificate: certificate.toString(), key: key.toString()} : undefined;
	}

	async #writePair(name: string, pair: KeyPair): Promise<void> {
		await this.#context.world.files.write(this.#path(`${name}.crt`), pair.certificate, 0o644);
		await this.#context.world.files.write(this.#path(`${name}.key`), pair.key, 0o600);
	}

	/** The authorities of an earlier life. */
	async load(): Promise<Authorities | undefined> {
		const [server, client, tokenKey] = await Promise.all([
			this.#readPair('server-ca'),
			this.#readPair('client-ca'),
			this.#context.world.files.read(this.#path('service.key')),
		]);
		return server && client && tokenKey ? {server, client, tokenKey: tokenKey.toString()} : undefined;
	}

	async save({server, client, tokenKey}: Authorities): Promise<void> {
		await this.#writePair('server-ca', server);
		await this.#writePair('client-ca', client);
		await this.#context.world.files.write(this.#path('service.key'), tokenKey, 0o600);
	}

	/** Makes the authorities of a new cluster. */
	async create(): Promise<Authorities> {
		const now = this.#context.world.timers.now();
		const seconds = Math.floor(now / 1000);
		const {randomBytes} = await import('node:crypto');
		const authorities = {
			server: await createAuthority(`k3s-server-ca@${seconds}`, now),
			client: await createAuthority(`k3s-client-ca@${seconds}`, now),
			tokenKey: randomBytes(32).toString('base64'),
		};
		await this.save(authorities);
		return authorities;
	}

	/** A certificate kept under a name; issued anew when it is missing, of another authority, expiring or does not cover the names. */
	async issue(name: string, authority: KeyPair, request: CertificateRequest): Promise<KeyPair> {
		const {world, log} = this.#context;
		const now = world.timers.now();
		const kept = await this.#readPair(name);
		const {X509Certificate} = await import('node:crypto');
		const parent = new X509Certificate(authority.certificate);
		if (
			kept &&
			new X509Certificate(kept.certificate).verify(parent.publicKey) &&
			covers(kept.certificate, request.names ?? [], now)
		)
			return kept;
		const pair = await issueCertificate(authority, request, now);
		await this.#writePair(name, pair);
		const subject = `CN=${request.commonName}${request.organization ? `,O=${request.organization}` : ''}`;
		const {validFrom, validTo} = new X509Certificate(pair.certificate);
		log.info(signedCertificate(subject, parent.subject.replace(/^CN=/, ''), new Date(validFrom), new Date(validTo)));
		return pair;
	}
}
