import {createPrivateKey, randomBytes, webcrypto, X509Certificate} from 'node:crypto';
import {isIP} from 'node:net';

/** A certificate with its key, both PEM. */
export interface KeyPair {
	readonly certificate: string;
	readonly key: string;
}

/** What a certificate is for. */
export interface CertificateRequest {
	readonly commonName: string;
	readonly organization?: string;
	readonly usage: 'client' | 'server';
	/** Names and addresses (subject alternative names) of a server. */
	readonly names?: readonly string[];
}

const algorithm = {name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256'} as const;
const day = 86_400_000;

/** Loaded late: only a first boot or a changed address signs anything. */
async function library() {
	const x509 = await import('./x509.ts');
	x509.cryptoProvider.set(webcrypto as Crypto);
	return x509;
}

const keyPem = (der: ArrayBuffer) =>
	createPrivateKey({key: Buffer.from(der), format: 'der', type: 'pkcs8'})
		.export({format: 'pem', type: 'sec1'})
		.toString();

const serialNumber = () => `0${randomBytes(7).toString('hex')}`;

/** Makes a self-signed certificate authority, valid for ten years. */
export async function createAuthority(commonName: string, now: number): Promise<KeyPair> {
	const x509 = await library();
	const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
	const certificate = await x509.X509CertificateGenerator.createSelfSigned({
		serialNumber: serialNumber(),
		name: `CN=${commonName}`,
		notBefore: new Date(now - 60_000),
		notAfter: new Date(now + 3650 * day),
		keys: keys as webcrypto.CryptoKeyPair,
		signingAlgorithm: algorithm,
		extensions: [
			new x509.BasicConstraintsExtension(true, undefined, true),
			new x509.KeyUsagesExtension(
				x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment | x509.KeyUsageFlags.keyCertSign,
				true,
			),
			await x509.SubjectKeyIdentifierExtension.create(keys.publicKey as CryptoKey),
		],
	});
	const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
	return {certificate: `${certificate.toString('pem')}\n`, key: keyPem(pkcs8)};
}

/** Issues a certificate of an authority, valid for a year, with a new key. */
export async function issueCertificate(authority: KeyPair, request: CertificateRequest, now: number): Promise<KeyPair> {
	const x509 = await library();
	const {commonName, organization, usage, names = []} = request;
	const issuer = new x509.X509Certificate(authority.certificate);
	const authorityKey = createPrivateKey(authority.key).export({format: 'der', type: 'pkcs8'});
	const signingKey = await webcrypto.subtle.importKey('pkcs8', new Uint8Array(authorityKey), algorithm, false, [
		'sign',
	]);
	const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
	const alternatives = names.map(value => ({type: isIP(value) ? ('ip' as const) : ('dns' as const), value}));
	const certificate = await x509.X509CertificateGenerator.create({
		serialNumber: serialNumber(),
		subject: [...(organization ? [{O: [organization]}] : []), {CN: [commonName]}],
		issuer: issuer.subject,
		notBefore: new Date(now - 60_000),
		notAfter: new Date(now + 365 * day),
		publicKey: keys.publicKey as CryptoKey,
		signingKey: signingKey as CryptoKey,
		signingAlgorithm: algorithm,
		extensions: [
			new x509.BasicConstraintsExtension(false, undefined, true),
			new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
			new x509.ExtendedKeyUsageExtension([
				usage === 'client' ? x509.ExtendedKeyUsage.clientAuth : x509.ExtendedKeyUsage.serverAuth,
			]),
			...(alternatives.length > 0 ? [new x509.SubjectAlternativeNameExtension(alternatives)] : []),
		],
	});
	const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
	return {certificate: `${certificate.toString('pem')}\n`, key: keyPem(pkcs8)};
}

/** Whether a server certificate still covers all these names and addresses, and for another day. */
export function covers(pem: string, names: readonly string[], now: number): boolean {
	const certificate = new X509Certificate(pem);
	if (Date.parse(certificate.validTo) < now + day) return false;
	return names.every(name =>
		isIP(name) ? certificate.checkIP(name) !== undefined : certificate.checkHost(name) !== undefined,
	);
}
