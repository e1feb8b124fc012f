import {stripVTControlCharacters} from 'node:util';
import unicode11 from '@xterm/addon-unicode11';
import xterm from '@xterm/headless';
import fc from 'fast-check';
import stringWidth from 'string-width';
import {describe, expect, test} from 'vitest';
import {Problem} from '../../source/cluster/problem.ts';
import {harmless} from '../../source/engine/harmless.ts';
import {fakeEvent, fakePod, fakeShop} from './fake-workloads.ts';
import {
	fakeCluster,
	fakeNode,
	fakeOperation,
	fakeRegistry,
	fakeSnapshot,
	fakeStep,
	noon,
	viewOf,
} from './fake-world.ts';
import {keys, openDashboard} from './screen.tsx';

/** Names and texts as nobody chooses them who means well: wide, joined, reordered, invisible, of control characters, long. */
const odd = fc.oneof(
	fc.constantFrom(
		'a',
		'日本語の長い名前',
		'👩‍💻',
		'🇩🇪',
		'😀😀😀',
		'e\u0301e\u0301',
		'שלום',
		'\u202eevil',
		'\x1b[2J\x1b[H',
		'\x1b]52;c;aGk=\x07',
		'\x1b]0;title',
		'\r\x00\b',
		'\u200b',
		'a-very-long-name-'.repeat(8),
		'한글',
		'❤️',
		'\t',
		'\x9b31m',
	),
	fc.string({unit: 'binary', maxLength: 12}),
);
const text = fc.array(odd, {minLength: 1, maxLength: 3}).map(parts => parts.join(''));

const pressed = fc.array(
	fc.constantFrom(
		...['1', '2', '3', '4', '5', '6', '7', 'j', 'k', 'g', 'G', 'z', '<', '>', '/', 'x', 'c', '+', '-', 'P', 'D', 'Y'],
		...[
			'?',
			':',
			'l',
			'm',
			't',
			'w',
			' ',
			'M',
			'd',
			'o',
			'!',
			'T',
			'v',
			'n',
			's',
			'S',
			'H',
			'a',
			'i',
			'f',
			'F',
			'O',
			'日',
		],
		...[keys.escape, keys.tab, keys.enter, keys.left, keys.right, keys.down, keys.pageDown, keys.backspace],
	),
	{maxLength: 8},
);

const sizes = fc.oneof(
	fc.record({columns: fc.integer({min: 60, max: 300}), rows: fc.integer({min: 15, max: 100})}),
	fc.record({columns: fc.integer({min: 60, max: 130}), rows: fc.integer({min: 15, max: 40})}),
);

function world(name: string, other: string) {
	const cluster = fakeCluster('demo');
	const nodes = [...cluster.servers, fakeNode(name, 'server', 'demo', {image: other, status: other})];
	const broken = viewOf(fakeCluster(other));
	return fakeSnapshot(
		[
			{...viewOf({...cluster, servers: nodes, version: other})},
			{
				...broken,
				kubernetes: {state: 'connecting', since: noon, booting: false, problem: new Problem(name, other, name)},
			},
			fakeCluster(name, {stopped: true}),
		],
		{
			endpoint: `tcp://${name}`,
			engine: {name, version: other, apiVersion: '1.50', cpus: 8, memory: 1},
			registries: [fakeRegistry(name, {proxyOf: other, usedBy: [name, other]})],
			forwards: [
				{
					id: 1,
					cluster: name,
					namespace: other,
					pod: name,
					port: 80,
					localPort: 8080,
					address: '127.0.0.1:8080',
					connections: 3,
					problem: new Problem(other, name),
				},
			],
			operations: [
				fakeOperation(1, 'create', `cluster ${name}`, {
					steps: [
						fakeStep(0, `make ${other}`),
						fakeStep(1, name, {state: 'running', endedAt: undefined, detail: harmless(other)}),
					],
				}),
				fakeOperation(2, 'start', `cluster ${other}`, {
					state: 'failed',
					endedAt: noon,
					problem: new Problem(name, other, name),
					leftovers: [name],
					warnings: [other],
				}),
			],
		},
	);
}

/** The screen after a frame, row by row, in a terminal that wraps what is too long. */
async function rowsOn(frame: string, columns: number, rows: number): Promise<string[]> {
	const terminal = new xterm.Terminal({cols: columns, rows: rows + 5, allowProposedApi: true});
	terminal.loadAddon(new unicode11.Unicode11Addon());
	terminal.unicode.activeVersion = '11';
	await new Promise<void>(resolve => terminal.write(frame.replaceAll('\n', '\r\n'), resolve));
	const {active} = terminal.buffer;
	const all = Array.from({length: rows + 5}, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
	const isWrapped = all.some((_, row) => active.getLine(row)?.isWrapped);
	terminal.dispose();
	return isWrapped ? [...all, 'a row was wrapped'] : all.slice(0, rows);
}

/** Terminals do not agree how wide these are. */
const disputed =
	/(?!😀)[\u{10000}-\u{10ffff}]|[\u200d\ufe0f\p{Regional_Indicator}\p{Emoji_Modifier}]|\p{M}|[\u1100-\u11ff]/u;

describe('whatever things are called, whatever is pressed, however large the terminal is', () => {
	test('every row fits, ends where it has to, and has nothing in it but text and colours', async () => {
		await fc.assert(
			fc.asyncProperty(sizes, text, text, pressed, async ({columns, rows}, name, other, presses) => {
				const screen = openDashboard({
					columns,
					rows,
					snapshot: world(name, other),
					onFollow: follower => follower.write(harmless(name, {colors: true}), harmless(other, {colors: true})),
				});
				screen.watch.workloads = fakeShop({
					pods: [fakePod(harmless(name)), fakePod('web-1', {status: harmless(other)})],
					events: [fakeEvent(harmless(other), 'web-1', {message: harmless(name)})],
				});
				try {
					for (const key of ['', ...presses]) {
						if (key !== '') await screen.press(key);
						const frame = screen.raw();
						const after = JSON.stringify({columns, rows, key, frame: stripVTControlCharacters(frame)});
						expect(frame.replace(/\x1b\[[\d;]*m/g, ''), after).toMatch(
							/^[^\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]*$/,
						);
						const lines = frame.split('\n');
						expect(lines.length, after).toBeLessThanOrEqual(rows);
						for (const line of lines) {
							const width = stringWidth(line);
							expect(width, `${after}\n${JSON.stringify(line)}`).toBeLessThanOrEqual(columns);
							if (/^(\x1b\[[\d;]*m)*[│╭╰]/.test(line)) expect(width, `${after}\n${JSON.stringify(line)}`).toBe(columns);
						}
						if (disputed.test(frame)) continue;
						for (const row of await rowsOn(frame, columns, rows)) {
							if (/^[│╭╰]/.test(row)) expect(row.at(-1), `${after}\n${row}`).toMatch(/[│╮╯]/);
							expect(row, after).not.toBe('a row was wrapped');
						}
					}
				} finally {
					screen.unmount();
				}
			}),
			{numRuns: 60},
		);
	}, 120_000);
});
