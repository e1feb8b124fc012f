import {Agent} from 'node:https';
import {KubeConfig} from './client-library.ts';

/** A connection without traffic is asked for a sign of life after this long, and given up ten seconds later. */
const keepAliveDelay = 5000;

/** Keeps hold of the connection of the one request that is made with it, which the library gives no other way to end. */
export class HeldConnection extends KubeConfig {
	#agent: Agent | undefined;

	constructor(config: KubeConfig) {
		super();
		this.loadFromOptions(config);
	}

	override async applyToFetchOptions(...options: Parameters<KubeConfig['applyToFetchOptions']>) {
		const init = await super.applyToFetchOptions(...options);
		if (init.agent instanceof Agent) this.#agent = init.agent;
		return init;
	}

	/** Overrides the library's own 30 seconds. */
	keepAlive(): void {
		for (const socket of Object.values(this.#agent?.sockets ?? {}).flat()) socket?.setKeepAlive(true, keepAliveDelay);
	}

	disconnect(): void {
		this.#agent?.destroy();
	}
}
