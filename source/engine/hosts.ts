import {realpathSync} from 'node:fs';
import {type ListedContext, listContexts} from './contexts.ts';
import {defaultSocketPath} from './docker-host.ts';
import {type EngineName, resolveEndpoint} from './endpoint.ts';
import type {Endpoint} from './engine.ts';

/** One of several engines that are looked at together. */
export interface Host {
	/** A short name, which no other of them has: its context's, or that of the machine. */
	readonly name: string;
	readonly endpoint: Endpoint;
}

/** Which engines to look at: the one that is named, or left to the environment, and others; or those of all contexts. */
export interface HostChoice extends EngineName {
	readonly others?: readonly EngineName[] | undefined;
	/** The engines of all Docker contexts instead. */
	readonly allContexts?: boolean | undefined;
}

interface Surroundings {
	readonly env?: Readonly<Record<string, string | undefined>>;
	readonly home?: string;
}

/**
 * The engines to look at, in the order in which they were named; one that was named twice is one. Reads files only.
 * Throws a Problem for a wrong name. Of all contexts one that cannot be used is among them, and fails with the reason.
 */
export async function chosenHosts(
	{host, context, others = [], allContexts = false}: HostChoice,
	surroundings: Surroundings = {},
): Promise<Host[]> {
	if (allContexts) {
		const contexts = await listContexts(surroundings);
		return distinct(contexts.map(each => each.endpoint ?? brokenEndpoint(each)));
	}
	const names = [{host, context}, ...others];
	return distinct(await Promise.all(names.map(name => resolveEndpoint({...name, ...surroundings}))));
}

function brokenEndpoint({name, problem}: ListedContext): Endpoint {
	if (!problem) throw new Error(`The context ${name} is not broken.`);
	return {url: `context ${name}`, source: 'context', context: name, connection: {kind: 'none', problem}};
}

function distinct(endpoints: readonly Endpoint[]): Host[] {
	const found = new Map<string, Endpoint>();
	for (const endpoint of endpoints) {
		const address = addressOf(endpoint);
		// A name that a person gave says more than an address.
		if (found.get(address)?.context === undefined && endpoint.context !== undefined) found.set(address, endpoint);
		else if (!found.has(address)) found.set(address, endpoint);
	}
	const all = [...found.values()];
	const names = all.map(shortName);
	return all.map((endpoint, index) => {
		const name = names[index] ?? endpoint.url;
		const isShared = names.filter(other => other === name).length > 1;
		return {name: isShared ? endpoint.url : name, endpoint};
	});
}

/** Two endpoints with the same lead to the same engine. */
function addressOf({url, connection}: Endpoint): string {
	if (connection.kind !== 'unix') return url;
	try {
		return `unix://${realpathSync(connection.socketPath)}`;
	} catch {
		// It is not there, or its folder is closed to us.
		return url;
	}
}

function shortName({url, context, connection}: Endpoint): string {
	if (context !== undefined) return context;
	switch (connection.kind) {
		case 'unix':
			return connection.socketPath === defaultSocketPath
				? 'local'
				: connection.socketPath.replace(/\/docker\.sock$/, '');
		case 'ssh':
			return connection.destination.host;
		case 'tcp':
			return connection.host;
		case 'none':
			return url;
	}
}
