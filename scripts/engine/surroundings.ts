import {existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import type {Instance} from './instance.ts';

/**
 * Folders with fixed names that dockerd shares with any other on the machine; ours sees empty ones in their place.
 * With /run/containerd there, it would take the system's containerd instead of starting its own, and containerd's shims
 * leave sockets in it. In /etc/docker an older dockerd writes a key file, in /run/docker it makes a folder for plugins.
 */
export const hiddenFolders = ['/run/containerd', '/run/docker', '/etc/docker'];

const ipForwarding = '/proc/sys/net/ipv4/ip_forward';

/** What the machine was like before its first engine of ours came up. */
type Before = {
	/** The kernel's switch: `0` or `1`. */
	ipForwarding: string;
	/** Those of the hidden folders that were not there. */
	absent: string[];
};

/** Changes what an engine needs changed on the machine around it, and notes in its state file what was there before. */
export function changeSurroundings(engine: Instance): void {
	const before: Before = recorded(engine) ?? {
		ipForwarding: readFileSync(ipForwarding, 'utf8').trim(),
		absent: hiddenFolders.filter(folder => !existsSync(folder)),
	};
	writeFileSync(engine.stateFile, JSON.stringify(before));
	// On before dockerd looks, as a dockerd that switches it on itself also closes the machine's FORWARD chain.
	writeFileSync(ipForwarding, '1');
	for (const folder of before.absent) {
		mkdirSync(folder, {recursive: true, mode: 0o711});
	}
}

/** Puts back what `changeSurroundings` changed, once no other engine of ours needs it. */
export function restoreSurroundings(engine: Instance): void {
	const before = recorded(engine);
	const others = readdirSync(engine.home).filter(name => name !== engine.name);
	if (others.length > 0 || before === undefined) {
		return;
	}
	writeFileSync(ipForwarding, before.ipForwarding);
	for (const folder of before.absent) {
		removeIfEmpty(folder);
	}
}

/** What this engine, or another one that was up before it, has noted. */
function recorded(engine: Instance): Before | undefined {
	const files = [engine.name, ...readdirSync(engine.home)].map(name =>
		path.join(engine.home, name, path.basename(engine.stateFile)),
	);
	const file = files.find(file => existsSync(file));
	return file === undefined ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as Before);
}

/** Removes a folder that holds nothing. */
export function removeIfEmpty(folder: string): void {
	try {
		rmdirSync(folder);
	} catch {
		// Someone else's things are in it, or it is gone.
	}
}
