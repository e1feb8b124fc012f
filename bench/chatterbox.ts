import {ensureImage} from '../test/images/image.ts';
import {k3sBaseImage} from '../test/images/k3s.ts';
import type {Bed} from './bed.ts';

/** Lines a second, where nothing else is asked for. */
export const pace = 10_000;

/** Bytes of a line, with its end. */
export const lineLength = 100;

/** As the dashboard names it. */
export const shortName = 'agent-9';

/**
 * Runs in the container. Prints what is due every 10 ms, so that lines come evenly and the pace holds on a busy machine.
 * A line begins with its number and the time: `000012345 1795361026123 …`.
 */
const program = (linesPerSecond: number, most: number) => `
let printed = 0;
const begun = performance.now();
setInterval(() => {
	const due = Math.min(${most}, Math.floor((performance.now() - begun) * ${linesPerSecond / 1000}));
	let text = '';
	for (const now = Date.now(); printed < due; printed++) {
		text += (String(printed).padStart(9, '0') + ' ' + now + ' level=info msg="as much as a program can say"').padEnd(${lineLength - 1}, '.') + '\\n';
	}
	process.stdout.write(text);
}, 10);
`;

/** What the program has in front of a line's text. */
export function readLine(line: string): {number: number; printedAt: number} | undefined {
	const [, number, printedAt] = /(\d{9}) (\d{13}) level=/.exec(line) ?? [];
	return printedAt === undefined ? undefined : {number: Number(number), printedAt: Number(printedAt)};
}

/**
 * Adds a node to a cluster that logs so many lines a second, until there are enough of them. Kubernetes does not know it.
 *
 * @returns its container's name. Whoever starts it removes it.
 */
export async function startChatterbox(
	bed: Bed,
	cluster: string,
	{linesPerSecond = pace, most = Number.MAX_SAFE_INTEGER}: {linesPerSecond?: number; most?: number} = {},
): Promise<string> {
	const image = await ensureImage(bed.engine.docker, k3sBaseImage());
	const name = `k3d-${cluster}-${shortName}`;
	const network = `k3d-${cluster}`;
	const labels = ['app=k3d', 'k3d.role=agent', `k3d.cluster=${cluster}`, `k3d.cluster.network=${network}`];
	const flags = ['--name', name, '--network', network, '--init', ...labels.flatMap(label => ['--label', label])];
	await bed.docker(
		'run',
		'--detach',
		...flags,
		'--entrypoint',
		'/usr/bin/node',
		image,
		'-e',
		program(linesPerSecond, most),
	);
	return name;
}
