import {byName} from '../cluster/by-name.ts';
import {Problem} from '../cluster/problem.ts';
import type {Engine} from './engine.ts';

/** The newest version whose answers k3dui was made for; a newer engine is asked to speak this one. */
const newestKnown = '1.51';

/** The oldest k3dui can work with: Docker 20.10. */
const oldestKnown = '1.41';

/**
 * Chooses the version to speak from the newest one the engine offers: Docker 20.10 has 1.41; Docker 29 refuses
 * everything below 1.44. Throws a Problem for an engine that is too old.
 */
export function chooseApiVersion(offered: string | undefined, subject: string): string {
	if (offered === undefined || !/^\d+\.\d+$/.test(offered)) {
		throw new Problem(subject, 'what answers there is not a Docker Engine', 'check the address');
	}
	if (byName(offered, oldestKnown) < 0) {
		throw new Problem(
			subject,
			`its API ${offered} is too old; k3dui needs ${oldestKnown} or newer`,
			'upgrade to Docker 20.10 or newer',
		);
	}
	return byName(offered, newestKnown) < 0 ? offered : newestKnown;
}

/** Whether an engine that has answered before is spoken to in this version or a newer one. */
export function speaks({docker}: Engine, version: string): boolean {
	const {version: spoken} = docker.modem as {version?: string};
	return spoken !== undefined && byName(spoken.replace(/^v/, ''), version) >= 0;
}
