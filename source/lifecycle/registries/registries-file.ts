import type {Document} from 'yaml';
import {Problem} from '../../cluster/problem.ts';
import {type Mirrors, noMirrors} from '../../cluster/registries/mirrors.ts';

type Mapping = Readonly<Record<string, unknown>>;

/**
 * Reads the text of a registries.yaml; `subject` names it in Problems. Only the shape that we change is checked: what
 * stands in it is k3s' business. The YAML parser loads here.
 */
export async function parseRegistries(text: string, subject: string): Promise<Mirrors> {
	const {parseDocument} = await import('yaml');
	const document = parseDocument(text, {prettyErrors: true});
	const content = contentOf(document, subject) ?? {};
	const next = 'See https://docs.k3s.io/installation/private-registry for what it looks like.';
	if (!isMapping(content)) throw new Problem(subject, 'it is no mapping', next);
	const part = (key: string): Mapping => {
		const value = content[key] ?? {};
		if (isMapping(value)) return value;
		throw new Problem(subject, `"${key}" in it is no mapping`, next);
	};
	const mirrors = part('mirrors');
	for (const [name, mirror] of Object.entries(mirrors)) {
		const {endpoint = []} = isMapping(mirror) ? mirror : {};
		const isList = Array.isArray(endpoint) && endpoint.every(each => typeof each === 'string');
		if (!(mirror === null || isMapping(mirror)) || !(endpoint === null || isList)) {
			throw new Problem(subject, `the mirror "${name}" in it has no list of endpoints`, next);
		}
	}
	return {
		...noMirrors,
		...content,
		mirrors: mirrors as Mirrors['mirrors'],
		configs: part('configs'),
		auths: part('auths'),
	};
}

/** Without the lines that YAML's parser shows below its messages: passwords may stand in them. */
function contentOf(document: Document, subject: string): unknown {
	const notYaml = (error: Error) =>
		new Problem(subject, `it is no YAML: ${error.message.split('\n', 1)[0]?.replace(/:$/, '')}`);
	const [error] = document.errors;
	if (error) throw notYaml(error);
	try {
		return document.toJS();
	} catch (thrown) {
		throw notYaml(thrown as Error);
	}
}

function isMapping(value: unknown): value is Mapping {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text of a registries.yaml, laid out as k3d's. */
export async function registriesText(file: Partial<Mirrors>): Promise<string> {
	const {stringify} = await import('yaml');
	return stringify(file, {indentSeq: false, lineWidth: 0, aliasDuplicateObjects: false});
}

/** Keys whose values must not be printed. Source: K3s documentation, "Private Registry Configuration". */
const secretKeys = ['password', 'auth', 'identity_token'];

/** The passwords and tokens in a registries.yaml. */
export function secretsIn({configs, auths}: Mirrors): string[] {
	const logins = [
		...Object.values(configs).map(config => (isMapping(config) ? config.auth : undefined)),
		...Object.values(auths),
	];
	return logins
		.flatMap(login => (isMapping(login) ? secretKeys.map(key => login[key]) : []))
		.filter(secret => typeof secret === 'string' || typeof secret === 'number')
		.map(secret => String(secret).trim())
		.filter(secret => secret !== '');
}

/** A registries.yaml's text with its passwords and tokens hidden; all of it where it is no YAML. */
export async function maskRegistries(text: string, mask: string): Promise<string> {
	const {isAlias, isScalar, parseDocument, visit} = await import('yaml');
	const document = parseDocument(text);
	if (document.errors.length > 0) return mask;
	visit(document, {
		Pair(_, {key, value}) {
			const secret = isAlias(value) ? value.resolve(document) : value;
			if (isScalar(key) && secretKeys.includes(String(key.value)) && isScalar(secret)) secret.value = mask;
		},
	});
	return document.toString({lineWidth: 0});
}
