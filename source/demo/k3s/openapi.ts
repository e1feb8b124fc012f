import {groupVersion, resources} from './resources.ts';

/**
 * The least OpenAPI with which kubectl validates and patches: no schemas (it then leaves checking to the server), but every
 * `PATCH` with its `fieldValidation` parameter, which newer kubectl looks for.
 */
export interface OpenApiAnswer {
	readonly body: string | Buffer;
	readonly contentType: string;
}

const info = (version: string) => ({title: 'Kubernetes', version});

function pathsOf(wanted: string): Record<string, unknown> {
	const paths: Record<string, unknown> = {};
	for (const one of resources.filter(each => groupVersion(each) === wanted)) {
		const root = one.group ? `/apis/${wanted}` : `/api/${wanted}`;
		const path = `${root}/${one.namespaced ? 'namespaces/{namespace}/' : ''}${one.plural}/{name}`;
		paths[path] = {
			patch: {
				'x-kubernetes-action': 'patch',
				'x-kubernetes-group-version-kind': {group: one.group, version: one.version, kind: one.kind},
				parameters: ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map(name => ({
					name,
					in: 'query',
					schema: {type: 'string', uniqueItems: true},
				})),
				responses: {200: {description: 'OK'}},
			},
		};
	}
	return paths;
}

/** A length-delimited protobuf field. */
function protobufField(number: number, content: Buffer): Buffer {
	return Buffer.concat([Buffer.from([(number << 3) | 2, content.length]), content]);
}

/** `openapi.v2.Document` with `swagger` (1) and `info` (2: title 1, version 2) alone. */
function protobufDocument(version: string): Buffer {
	const title = Buffer.concat([protobufField(1, Buffer.from('Kubernetes')), protobufField(2, Buffer.from(version))]);
	return Buffer.concat([protobufField(1, Buffer.from('2.0')), protobufField(2, title)]);
}

/** Answers `/openapi/v2`, `/openapi/v3` and below; undefined for other paths. */
export function openApi(path: string, accept: string, version: string): OpenApiAnswer | undefined {
	const json = (body: unknown): OpenApiAnswer => ({body: JSON.stringify(body), contentType: 'application/json'});
	if (path === '/openapi/v2') {
		const protobuf = /application\/com\.github\.(proto-openapi|googleapis\.gnostic)\S*\+?protobuf/.exec(accept);
		if (protobuf)
			return {
				body: protobufDocument(version),
				contentType: 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
			};
		return json({swagger: '2.0', info: info(version), paths: {}, definitions: {}});
	}
	if (path === '/openapi/v3') {
		const known = [...new Set(resources.map(groupVersion))];
		const place = (one: string) => (one.includes('/') ? `apis/${one}` : `api/${one}`);
		return json({
			paths: Object.fromEntries(known.map(one => [place(one), {serverRelativeURL: `/openapi/v3/${place(one)}`}])),
		});
	}
	const wanted = /^\/openapi\/v3\/apis?\/(.+)$/.exec(path)?.[1];
	if (!wanted || !resources.some(one => groupVersion(one) === wanted)) return undefined;
	return json({openapi: '3.0.0', info: info(version), paths: pathsOf(wanted), components: {schemas: {}}});
}
