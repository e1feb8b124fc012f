import {createHash, randomBytes} from 'node:crypto';
import type {Client} from './client.ts';
import type {Controller} from './controllers.ts';
import {StatusError} from './status-error.ts';
import type {Files} from './world.ts';

/** Where a node keeps what is its own. */
const folder = '/etc/rancher/node';

/** Hex digits that a node has made once and keeps: its password, or the id that `--with-node-id` appends to its name. */
async function kept(files: Files, file: 'password' | 'id', bytes: number): Promise<string> {
	const known = await files.read(`${folder}/${file}`);
	if (known) return known.toString().trim();
	const made = randomBytes(bytes).toString('hex');
	await files.write(`${folder}/${file}`, `${made}\n`, 0o600);
	return made;
}

/** The password by which a server knows a node again. */
export function nodePassword(files: Files): Promise<string> {
	return kept(files, 'password', 16);
}

/** The id of the node's own. */
export function nodeId(files: Files): Promise<string> {
	return kept(files, 'id', 4);
}

const secretName = (node: string) => `${node}.node-password.k3s`;

/**
 * Whether a node may have its name: the first to come gets it, and afterwards only who knows the password. Source: k3s,
 * pkg/nodepassword. @throws what the API fails with
 */
export async function acceptNode(client: Client, node: string, password: string): Promise<boolean> {
	const hash = Buffer.from(createHash('sha256').update(password).digest('hex')).toString('base64');
	const path = '/api/v1/namespaces/kube-system/secrets';
	try {
		const secret = (await client.request('GET', `${path}/${secretName(node)}`)) as {data?: {hash?: string}};
		return secret.data?.hash === hash;
	} catch (error) {
		if (!(error instanceof StatusError) || error.code !== 404) throw error;
	}
	await client.request('POST', path, {
		apiVersion: 'v1',
		kind: 'Secret',
		metadata: {name: secretName(node), namespace: 'kube-system'},
		type: 'Opaque',
		immutable: true,
		data: {hash},
	});
	return true;
}

/** What k3s says to a node that comes with a name of another's. */
export const rejection =
	"Node password rejected, duplicate hostname or contents of '/etc/rancher/node/password' may not match server node-passwd entry, try enabling a unique node name with the --with-node-id flag";

/** Forgets the password of a Node that is deleted, so that another may have its name. */
export const nodePasswords: Controller = {
	resources: [],
	observed: ['nodes'],
	observe({type, object}, {store}) {
		if (type === 'DELETED') store.delete('secrets', 'kube-system', secretName(object.metadata.name));
	},
	reconcile() {},
};
