import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import type {Metafile} from 'esbuild';

/** The licence texts of every package that went into the bundle, as their licences ask for. Sorted by name. */
export async function licenceNotices(root: string, metafile: Metafile): Promise<string> {
	const folders = new Set<string>();
	for (const input of Object.keys(metafile.inputs)) {
		// Inputs of plugins are called `late-function:/…/node_modules/…`.
		const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input.replace(/^[\w-]+:/, ''))?.[0];
		if (folder !== undefined) folders.add(path.resolve(root, folder));
	}
	const notices = await Promise.all([...folders].sort().map(folder => noticeOf(folder)));
	return `k3dui contains these packages.\n\n${notices.join('\n')}`;
}

async function noticeOf(folder: string): Promise<string> {
	const manifest: {name: string; version: string; license?: string} = JSON.parse(
		await readFile(path.join(folder, 'package.json'), 'utf8'),
	);
	const files = (await readdir(folder)).filter(name => /^(licen[cs]e|copying|notice)/i.test(name));
	const texts = await Promise.all(files.map(name => readFile(path.join(folder, name), 'utf8')));
	const text = texts.length > 0 ? texts.join('\n').trim() : `Licence: ${manifest.license ?? 'not stated'}`;
	return `${'='.repeat(80)}\n${manifest.name} ${manifest.version}\n${'-'.repeat(80)}\n${text}\n`;
}
