import {framed} from './container-log.ts';
import {createExec, execJson, getExec, requireStartable, runExec} from './exec.ts';
import {ok} from './http-request.ts';
import type {Routes} from './router.ts';
import type {ExecBody} from './wire.ts';

/** Commands in containers. */
export const execRoutes: Routes = {
	async 'POST /containers/:id/exec'(daemon, request) {
		const body = await request.json<ExecBody>();
		const exec = createExec(daemon, daemon.containers.get(request.param('id')), body);
		return {status: 201, json: {Id: exec.id}};
	},
	async 'POST /exec/:id/start'(daemon, request) {
		const {Detach: detach = false, Tty: tty = false} = await request.json<{Detach?: boolean; Tty?: boolean}>();
		const exec = getExec(daemon, request.param('id'));
		requireStartable(exec);
		if (detach) {
			void runExec(daemon, exec, {out() {}, error() {}});
			return {status: 200};
		}
		const {AttachStdout: wantsOut = false, AttachStderr: wantsError = false} = exec.body;
		const stream = request.hijack(tty);
		stream.on('error', () => {});
		const write = (number: 1 | 2, wanted: boolean) => (data: Uint8Array) => {
			if (wanted && !stream.destroyed) stream.write(tty ? data : framed(number, data));
		};
		await runExec(daemon, exec, {
			stdin: stream,
			out: write(1, wantsOut),
			error: write(tty ? 1 : 2, wantsError || (tty && wantsOut)),
		});
		stream.end();
		return undefined;
	},
	'GET /exec/:id/json': (daemon, request) => ok(execJson(getExec(daemon, request.param('id')))),
	'POST /exec/:id/resize'(daemon, request) {
		getExec(daemon, request.param('id'));
		return {status: 200};
	},
};
