import {stripVTControlCharacters} from 'node:util';
import {type Instance, render} from 'ink';
import {afterEach, describe, expect, test} from 'vitest';
import {Dashboard} from '../../source/components/dashboard.tsx';
import {createStyle} from '../../source/components/style.ts';
import {FakeLifecycle, FakeWatch, fakeShell} from '../components/fake-engine.ts';
import {FakeMachine} from '../components/fake-machine.ts';
import {fakeSnapshot, noon} from '../components/fake-world.ts';
import {FakeStdin, FakeStdout} from '../components/screen.tsx';

/** A terminal that keeps what is written to it, as the real one gets it. */
class Recorder extends FakeStdout {
	readonly isTTY = true;
	written: string[] = [];

	override write = (text: string, callback?: () => void): boolean => {
		if (text !== '') this.written.push(text);
		callback?.();
		return true;
	};

	/** What was written since the last call. */
	take(): readonly string[] {
		const written = this.written;
		this.written = [];
		return written;
	}
}

let instance: Instance | undefined;
afterEach(() => instance?.unmount());

/** The dashboard with the renderer that ships: what is counted here is what a terminal gets. */
async function open(columns = 120, rows = 40) {
	const stdout = new Recorder(columns, rows);
	const watch = new FakeWatch(fakeSnapshot());
	const lifecycle = new FakeLifecycle(watch, () => noon);
	const stdin = new FakeStdin();
	const place = {
		name: 'here',
		watch,
		lifecycle,
		machine: new FakeMachine(),
		saveKubeconfig: async () => '',
		shell: fakeShell,
	};
	const rendered = render(
		<Dashboard
			places={[place]}
			now={() => noon}
			exit={() => {}}
			copy={() => ({isCopied: true, where: ''})}
			suspend={() => {}}
			style={createStyle({})}
		/>,
		{
			stdout: stdout as unknown as NodeJS.WriteStream,
			stdin: stdin as unknown as NodeJS.ReadStream,
			alternateScreen: true,
			interactive: true,
			incrementalRendering: true,
			patchConsole: false,
			exitOnCtrlC: false,
			maxFps: 25,
		},
	);
	instance = rendered;
	await rendered.waitUntilRenderFlush();
	// The log is opened a moment after the first frame.
	await new Promise<void>(resolve => {
		const look = () => (watch.followers.length > 0 ? resolve() : setImmediate(look));
		look();
	});
	await rendered.waitUntilRenderFlush();
	stdout.take();
	return {stdout, stdin, watch, flush: () => rendered.waitUntilRenderFlush()};
}

/** How many rows of the screen bytes write to: each begins with text behind a cursor movement or a line's end. */
function rowsOf(written: readonly string[]): number {
	return stripVTControlCharacters(written.join('').replaceAll(/\x1b\[\d*[A-HJKfd]/g, '\n'))
		.split('\n')
		.filter(text => text.trim() !== '').length;
}

describe('frames', () => {
	test('one changed cell writes one row', async () => {
		const {stdout, watch, flush} = await open();
		const {usage} = watch.snapshot();
		const [id = ''] = usage.keys();
		watch.set({usage: new Map([...usage, [id, {cores: 0.93, memory: 480 * 1024 ** 2, memoryLimit: 1}]])});
		await flush();
		const written = stdout.take();
		expect(written.join('')).toContain('93%');
		expect(rowsOf(written)).toBe(1);
		expect(written.join('').length).toBeLessThan(600);
	});

	test('what is not seen writes nothing', async () => {
		const {stdout, watch, flush} = await open();
		watch.set({confirmedAt: noon + 1000});
		const {usage} = watch.snapshot();
		const [[id, use] = ['', {cores: 0, memory: 0, memoryLimit: 0}]] = usage;
		watch.set({usage: new Map([...usage, [id, {...use, cores: use.cores + 0.0001}]])});
		await flush();
		expect(stdout.take().join('')).toBe('');
	});

	test('moving the cursor writes two rows of the list, and no other panel of the lists', async () => {
		const {stdout, stdin, flush} = await open();
		stdin.send('2');
		await flush();
		stdout.take();
		stdin.send('j');
		await flush();
		const text = stripVTControlCharacters(stdout.take().join(''));
		expect(text).toContain('agent-0');
		expect(text).not.toContain('Load balancer');
		expect(text.length).toBeLessThan(2500);
	});

	test('10,000 lines of a log at once are a frame or two', async () => {
		const {stdout, watch, flush} = await open();
		const [follower] = watch.followers;
		for (let batch = 0; batch < 100; batch++) {
			follower?.write(
				...Array.from({length: 100}, (_, line) => `line ${batch * 100 + line} of a program that says much`),
			);
		}
		await flush();
		const written = stdout.take();
		expect(stripVTControlCharacters(written.join(''))).toContain('line 9999');
		expect(written.filter(text => text.includes('line ')).length).toBeLessThanOrEqual(2);
		expect(written.join('').length).toBeLessThan(20_000);
	});
});
