import {afterAll, beforeAll, expect, test} from 'vitest';
import {type Demo, startDemo} from '../../source/demo/start-demo.ts';
import {connect} from '../../source/engine/connect.ts';
import {resolveEndpoint} from '../../source/engine/endpoint.ts';
import type {Engine} from '../../source/engine/engine.ts';
import type {StepReport} from '../../source/lifecycle/operation.ts';
import {withLastLine} from '../../source/lifecycle/running/last-line.ts';

let demo: Demo;
let engine: Engine;
beforeAll(async () => {
	demo = await startDemo({world: 'small'});
	engine = await connect(await resolveEndpoint({host: demo.host}));
}, 30_000);
afterAll(async () => {
	engine.close();
	await demo.close();
});

/** A report that gives its details to whoever waits for one. */
function reporter() {
	const details: (string | undefined)[] = [];
	let tell = () => {};
	const report: StepReport = {
		measure() {},
		skip() {},
		fail() {},
		detail(text) {
			details.push(text);
			tell();
		},
	};
	const until = (isThere: (text: string | undefined) => boolean) =>
		new Promise<void>(resolve => {
			tell = () => isThere(details.at(-1)) && resolve();
			tell();
		});
	return {details, report, until};
}

test('a step that is quiet shows the last line of the container behind what it waits for', async () => {
	const {details, report, until} = reporter();
	const result = await withLastLine(engine, 'k3d-dev-server-0', report, async told => {
		told.detail('it has not registered yet');
		told.detail('it has not registered yet');
		await until(text => text?.includes('k3d-dev-server-0: ') === true);
		return 7;
	});
	expect(result).toBe(7);
	expect(details).toEqual([
		'it has not registered yet',
		expect.stringMatching(/^it has not registered yet; k3d-dev-server-0: \S/),
	]);
});

test('a container that is gone has no last line, and that is no failure', async () => {
	const {details, report} = reporter();
	await expect(
		withLastLine(engine, 'k3d-no-server-0', report, async () => Promise.reject(new Error('own'))),
	).rejects.toThrow('own');
	expect(details).toEqual([]);
});
