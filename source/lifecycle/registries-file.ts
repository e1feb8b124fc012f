import {type Mirrors, noMirrors} from '../cluster/mirrors.ts';
import {Problem} from '../cluster/problem.ts';

type Mapping = Readonly<Record<string, unknown>>;

/**
 * Reads the text of a registries.yaml; `subject` names it in Problems. Only the shape that we change is checked: what
 * stands in it is k3s' business. The YAML parser loads here.
 */
export async function parseRegistries(text: string, subject: string): Promise<Mirrors> {
	const {parseDocument} = await import('yaml');
	const document = parseDocument(text, {prettyErrors: true});
	const [error] = document.errors;
	if (error) throw new Problem(subject, `it is no YAML: ${error.message.trim()}`);
	const content: unknown = document.toJS() ?? {};
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

function isMapping(value: unknown): value is Mapping {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text of a registries.yaml, laid out as k3d's. */
export async function registriesText(file: Partial<Mirrors>): Promise<string> {
	const {stringify} = await import('yaml');
	return stringify(file, {indentSeq: false, lineWidth: 0, aliasDuplicateObjects: false});
}

/** The passwords and tokens in a registries.yaml, which must not be printed. Source: K3s' `configs.*.auth`. */
export function secretsIn({configs, auths}: Mirrors): string[] {
	const logins = [
		...Object.values(configs).map(config => (isMapping(config) ? config.auth : undefined)),
		...Object.values(auths),
	];
	return logins
		.flatMap(login => (isMapping(login) ? ['password', 'auth', 'identity_token'].map(key => login[key]) : []))
		.filter(secret => typeof secret === 'string')
		.filter(secret => secret !== '');
}
