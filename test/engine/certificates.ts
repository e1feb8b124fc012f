import 'reflect-metadata';
import {webcrypto} from 'node:crypto';
import {
	BasicConstraintsExtension,
	cryptoProvider,
	PemConverter,
	SubjectAlternativeNameExtension,
	X509CertificateGenerator,
} from '@peculiar/x509';

cryptoProvider.set(webcrypto as Crypto);

const algorithm = {name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256'};

export interface Identity {
	readonly cert: string;
	readonly key: string;
}

export interface Authority {
	readonly ca: string;
	/** A certificate for these names and addresses; a client's needs none. */
	issue(name: string, alternatives?: readonly {type: 'dns' | 'ip'; value: string}[]): Promise<Identity>;
}

/** A certificate authority that lasts as long as a test. */
export async function authority(): Promise<Authority> {
	const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
	const validity = {notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000)};
	const ca = await X509CertificateGenerator.createSelfSigned({
		name: 'CN=test authority',
		keys,
		signingAlgorithm: algorithm,
		...validity,
		extensions: [new BasicConstraintsExtension(true, undefined, true)],
	});
	return {
		ca: ca.toString('pem'),
		async issue(name, alternatives = []) {
			const own = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
			const certificate = await X509CertificateGenerator.create({
				subject: `CN=${name}`,
				issuer: ca.subject,
				publicKey: own.publicKey,
				signingKey: keys.privateKey,
				signingAlgorithm: algorithm,
				...validity,
				extensions: alternatives.length > 0 ? [new SubjectAlternativeNameExtension([...alternatives])] : [],
			});
			const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', own.privateKey);
			return {cert: certificate.toString('pem'), key: PemConverter.encode(pkcs8, 'PRIVATE KEY')};
		},
	};
}
