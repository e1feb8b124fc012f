import {StringDecoder} from 'node:string_decoder';
import {UsageProblem} from '../cluster/problem.ts';
import {parseDuration} from '../config/duration.ts';
import {harmless} from '../engine/harmless.ts';
import {readLog} from '../engine/log-stream.ts';
import {findNode} from '../lifecycle/find.ts';
import {defineCommand} from './command.ts';
import type {CommandContext} from './context.ts';
import type {Paint} from './output/paint.ts';
import {painter} from './output/paint.ts';

export const command = defineCommand({
	operands: 'NODE',
	takes: {min: 1, max: 1},
	completes: ['node'],
	description:
		'NODE is a server, an agent, a load balancer or a registry, with or without the prefix k3d-. In a terminal, escape\n' +
		'sequences other than colours are taken out; into a file or a pipe goes every byte as it was logged.',
	examples: [
		['logs k3d-dev-server-0', 'all of it'],
		['logs dev-server-0 -f --tail 20', 'the last 20 lines and all that follows'],
		['logs dev-serverlb --since 10m --timestamps', 'the last ten minutes'],
	],
	flags: {
		follow: {type: 'boolean', short: 'f', description: 'go on with what is logged from now on'},
		tail: {type: 'number', short: 'n', description: 'only the last N lines'},
		since: {type: 'string', placeholder: 'TIME', description: 'only from then on: 10m, 2026-11-22T11:15:04Z'},
		timestamps: {type: 'boolean', short: 't', description: 'put the time before every line'},
	},
	async run({context, flags, operands: [name = ''], engine}) {
		const since = flags.since === undefined ? undefined : secondsSince(flags.since, context.now());
		const opened = await engine();
		const {node} = await findNode(opened, name, context.signal);
		const pieces = readLog(opened, node.id, {
			follow: flags.follow,
			tail: flags.tail,
			since,
			timestamps: flags.timestamps,
			signal: context.signal,
		});
		if (context.stdout.isTTY) await writeHarmless(pieces, context, painter(context.stdout, context.env));
		else for await (const piece of pieces) await context.stdout.write(piece);
	},
});

async function writeHarmless(pieces: AsyncIterable<Buffer>, {stdout}: CommandContext, paint: Paint): Promise<void> {
	const colors = paint('bold', '') !== '';
	const decoder = new StringDecoder('utf8');
	let line = '';
	for await (const piece of pieces) {
		const lines = (line + decoder.write(piece)).split('\n');
		line = lines.pop() ?? '';
		await stdout.write(lines.map(each => `${harmless(each, {colors})}\n`).join(''));
	}
	if (line !== '') await stdout.write(`${harmless(line, {colors})}\n`);
}

/** A duration before now, or a moment, as seconds since the epoch. */
function secondsSince(text: string, now: number): number {
	const ago = parseDuration(text);
	const moment = ago === undefined ? Date.parse(text) : now - ago;
	if (!Number.isNaN(moment)) return moment / 1000;
	throw new UsageProblem(
		'k3dui logs',
		`--since takes a duration or a time, not ${JSON.stringify(text)}`,
		'For example: --since 10m, or --since 2026-11-22T11:15:04Z',
	);
}
