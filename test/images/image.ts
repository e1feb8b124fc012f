import {createHash} from 'node:crypto';
import {mkdirSync} from 'node:fs';
import path from 'node:path';
import {PassThrough} from 'node:stream';
import type Docker from 'dockerode';
import lockfile from 'proper-lockfile';
import {pack} from 'tar-stream';
import {RootFilesystem} from './rootfs.ts';

export type ImageDefinition = {
	/** Repository, such as `k3dui-test/proxy`; the tag is a hash of the content. */
	repository: string;
	/** What it is and what it is not, for the label `org.opencontainers.image.description`. */
	description: string;
	/** What to build upon; without it, nothing. */
	from?: string;
	files: RootFilesystem;
	/** Dockerfile instructions after the files are in. */
	instructions: string[];
};

const lock = path.resolve(import.meta.dirname, '../../.cache/test-images');

/** Label on every image built here. */
export const standInLabel = 'k3dui.stand-in';

/**
 * Builds an image unless the engine has one of the same content.
 *
 * @returns its reference
 * @throws with the builder's message when it fails.
 */
export async function ensureImage(docker: Docker, definition: ImageDefinition): Promise<string> {
	const {repository, description, from = 'scratch', files, instructions} = definition;
	const dockerfile = [
		`FROM ${from}`,
		'COPY rootfs/ /',
		`LABEL ${standInLabel}="true" org.opencontainers.image.description=${JSON.stringify(description)}`,
		...instructions,
	].join('\n');
	const hash = createHash('sha256').update(dockerfile).update(files.digest()).digest('hex');
	const reference = `${repository}:${hash.slice(0, 12)}`;
	if (!(await exists(docker, reference))) {
		await locked(async () => {
			if (!(await exists(docker, reference))) {
				await build(docker, reference, dockerfile, files);
			}
		});
	}
	return reference;
}

async function exists(docker: Docker, reference: string): Promise<boolean> {
	try {
		await docker.getImage(reference).inspect();
		return true;
	} catch (error) {
		if ((error as {statusCode?: number}).statusCode === 404) {
			return false;
		}
		throw error;
	}
}

/** Test files run in parallel and want the same images: one builds, the others wait, for two minutes at most. */
async function locked(work: () => Promise<void>): Promise<void> {
	mkdirSync(path.dirname(lock), {recursive: true});
	const release = await lockfile.lock(lock, {
		realpath: false,
		retries: {retries: 240, minTimeout: 500, maxTimeout: 500},
	});
	try {
		await work();
	} finally {
		await release();
	}
}

async function build(docker: Docker, reference: string, dockerfile: string, files: RootFilesystem): Promise<void> {
	const context = pack();
	const packed = (async () => {
		await new RootFilesystem().write('/Dockerfile', dockerfile).pack(context, '.');
		await files.pack(context, 'rootfs');
		context.finalize();
	})();
	const output = await docker.buildImage(context.pipe(new PassThrough()), {
		t: reference,
		forcerm: true,
		networkmode: 'none',
	});
	await packed;
	await new Promise<void>((resolve, reject) => {
		docker.modem.followProgress(output, (error, lines: {error?: string; stream?: string}[]) => {
			const message = error?.message ?? lines?.find(line => line.error !== undefined)?.error;
			if (message === undefined) {
				resolve();
			} else {
				const said = (lines ?? []).map(({stream = ''}) => stream).join('');
				reject(new Error(`Building ${reference} failed: ${message}\n${said}`));
			}
		});
	});
}
