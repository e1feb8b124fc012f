import {once} from 'node:events';
import {describe, expect, it} from 'vitest';
import {Cancelled, Problem} from '../../source/cluster/problem.ts';
import {type Operation, startOperation} from '../../source/lifecycle/operation.ts';

/** Resolves when the operation first is as wanted. */
async function until(
	operation: Operation,
	isWanted: (snapshot: ReturnType<Operation['snapshot']>) => boolean,
): Promise<void> {
	if (isWanted(operation.snapshot())) return;
	await new Promise<void>(resolve => {
		const stop = operation.subscribe(() => {
			if (!isWanted(operation.snapshot())) return;
			stop();
			resolve();
		});
	});
}

const forever = async (_report: unknown, signal: AbortSignal) => {
	await once(signal, 'abort');
	signal.throwIfAborted();
};

describe('an operation', () => {
	it('reports its steps with state, time and measure', async () => {
		let time = 1000;
		const operation = startOperation(
			'create',
			'cluster dev',
			async run => {
				await run.step('pull', async report => {
					report.measure({done: 5, total: 10, unit: 'bytes'});
					time = 1500;
				});
				await run.step('look', async report => report.skip('it was there'));
				return 'made';
			},
			{now: () => time},
		);
		await expect(operation.result).resolves.toBe('made');
		const {steps, ...rest} = operation.snapshot();
		expect(rest).toMatchObject({verb: 'create', subject: 'cluster dev', state: 'done', startedAt: 1000, endedAt: 1500});
		expect(steps.map(({name, state}) => `${name}: ${state}`)).toEqual(['pull: done', 'look: skipped']);
		expect(steps[0]).toMatchObject({startedAt: 1000, endedAt: 1500, measure: {done: 5, total: 10, unit: 'bytes'}});
		expect(steps[1]?.detail).toBe('it was there');
	});

	it('takes back what it made, last first, and keeps the first failure', async () => {
		const made: string[] = [];
		const operation = startOperation('create', 'cluster dev', async run => {
			for (const thing of ['network', 'container']) {
				await run.step(`make ${thing}`, async () => {
					made.push(thing);
					run.undo(`remove ${thing}`, thing, async () => {
						made.splice(made.indexOf(thing), 1);
					});
				});
			}
			await run.step('start', async () => {
				throw new Problem('node x', 'it does not start');
			});
		});
		await expect(operation.result).rejects.toThrow('node x: it does not start');
		expect(made).toEqual([]);
		const {state, steps, leftovers} = operation.snapshot();
		expect(state).toBe('failed');
		expect(leftovers).toEqual([]);
		expect(steps.filter(step => step.undo).map(step => `${step.name}: ${step.state}`)).toEqual([
			'remove container: done',
			'remove network: done',
		]);
	});

	it('says what is left when it cannot be taken back', async () => {
		const operation = startOperation('create', 'cluster dev', async run => {
			run.undo('remove network', 'network k3d-dev', async () => {
				throw new Error('it is in use');
			});
			throw new Problem('image x', 'not found');
		});
		await expect(operation.result).rejects.toThrow('image x: not found');
		expect(operation.snapshot().leftovers).toEqual(['network k3d-dev (k3dui: it is in use)']);
	});

	it('aborts the other steps when one fails, and waits for them before it undoes anything', async () => {
		const order: string[] = [];
		const operation = startOperation('create', 'cluster dev', async run => {
			run.undo('undo', 'thing', async () => void order.push('undone'));
			await Promise.all([
				run.step('slow', async (_report, signal) => {
					await once(signal, 'abort');
					await Promise.resolve();
					order.push('slow ended');
					signal.throwIfAborted();
				}),
				run.step('bad', async () => {
					throw new Problem('bad', 'it failed');
				}),
			]);
		});
		await expect(operation.result).rejects.toThrow('bad: it failed');
		expect(order).toEqual(['slow ended', 'undone']);
		expect(operation.snapshot().steps.map(step => `${step.name}: ${step.state}`)).toEqual([
			'slow: cancelled',
			'bad: failed',
			'undo: done',
		]);
	});

	it('can be cancelled; what it made goes, and a second cancel changes nothing', async () => {
		let undone = 0;
		const operation = startOperation('create', 'cluster dev', async run => {
			run.undo('undo', 'thing', async () => void undone++);
			await run.step('wait', forever);
		});
		await until(operation, ({steps}) => steps.length === 1);
		operation.cancel();
		operation.cancel();
		await expect(operation.result).rejects.toBeInstanceOf(Cancelled);
		expect(undone).toBe(1);
		expect(operation.snapshot().state).toBe('cancelled');
	});

	it('starts no further step once it is cancelled', async () => {
		const operation = startOperation('stop', 'cluster dev', async run => {
			await run.step('first', forever).catch(() => {});
			await run.step('second', async () => {});
		});
		await until(operation, ({steps}) => steps.length === 1);
		operation.cancel();
		await expect(operation.result).rejects.toBeInstanceOf(Cancelled);
		expect(operation.snapshot().steps.map(step => step.name)).toEqual(['first']);
	});

	it('ends at its time limit, saying so', async () => {
		const operation = startOperation('start', 'cluster dev', async run => run.step('wait', forever), {timeout: 20});
		await expect(operation.result).rejects.toThrow(/longer than 0.02 s/);
	});

	it('ends when the outer signal aborts, also one that had aborted before', async () => {
		const controller = new AbortController();
		const operation = startOperation('start', 'cluster dev', async run => run.step('wait', forever), {
			signal: controller.signal,
		});
		await until(operation, ({steps}) => steps.length === 1);
		controller.abort();
		await expect(operation.result).rejects.toThrow(/interrupted/);
		let ran = false;
		const late = startOperation(
			'start',
			'x',
			async () => {
				ran = true;
			},
			{signal: controller.signal},
		);
		await expect(late.result).rejects.toThrow(/interrupted/);
		expect(ran).toBe(false);
	});

	it('keeps what it made on failure when told to, and says so', async () => {
		let undone = false;
		const operation = startOperation(
			'create',
			'cluster dev',
			async run => {
				run.undo('undo', 'container x', async () => {
					undone = true;
				});
				throw new Problem('x', 'it failed');
			},
			{keepOnFailure: true},
		);
		await expect(operation.result).rejects.toThrow('it failed');
		expect(undone).toBe(false);
		expect(operation.snapshot().leftovers).toEqual(['container x']);
	});

	it('says what remains of an operation that has no undo', async () => {
		const operation = startOperation('stop', 'cluster dev', async run => {
			run.remains('k3d-dev-server-0 is stopped');
			throw new Problem('k3d-dev-agent-0', 'it does not stop');
		});
		await expect(operation.result).rejects.toThrow();
		expect(operation.snapshot().leftovers).toEqual(['k3d-dev-server-0 is stopped']);
	});
});
