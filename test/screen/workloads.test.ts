import {expect} from 'vitest';
import {type Person, scenarios} from './scenario.ts';

/** Opens the workloads of cluster dev, and waits until the shop runs in it. */
async function openWorkloads(person: Person): Promise<void> {
	await person.seesRow('nodes', 'server-0', /✔ ready/);
	person.press('6');
	await person.seesIn('workloads', /mailer.*✖ (CrashLoopBackOff|Error)/);
}

/** Leaves only rows that contain a text. */
async function filters(person: Person, text: string): Promise<void> {
	person.press('/', '<c-u>', text, '<enter>');
	await person.seesTitle('workloads', new RegExp(`/${text}`));
}

scenarios('the workloads', 'small', scenario => {
	scenario('of a cluster: pods with how they stand', async person => {
		await openWorkloads(person);
		await person.seesIn('workloads', lines => lines.filter(line => /web-.* 2\/2 +● Running/.test(line)).length === 3);
		person.fitsTheScreen();
	});

	scenario('have what can be said of a pod in a row, as far as there is room', async person => {
		await openWorkloads(person);
		person.press('z');
		await person.seesNo('1 Clusters');
		await filters(person, 'mailer');
		const columns = ['NAME', 'READY', 'STATUS', 'RST', ...(person.columns >= 120 ? ['NODE'] : []), 'AGE'];
		await person.seesIn('workloads', lines => columns.every(title => lines.some(line => line.includes(` ${title}`))));
		await person.seesIn('workloads', /▸ mailer-\S+ .*0\/1 +✖ (CrashLoopBackOff|Error) .*\d/);
		if (person.columns >= 120) await person.seesIn('workloads', /▸ mailer-.* agent-1 /);
	});

	scenario('have tabs: deployments, services with their URLs, events with warnings first', async person => {
		await openWorkloads(person);
		person.press('<right>');
		await person.seesIn('workloads', /web.*● 3\/3/);
		person.press('<right>');
		await person.seesIn('workloads', /traefik +http:\/\/127\.0\.0\.1:\d+/);
		await person.seesIn('workloads', /shop +http:\/\/shop\.localhost:\d+/);
		person.press('<right>');
		await person.seesIn('workloads', /▸ +\d+s +! BackOff|▸ +\d+s +! FailedScheduling/);
		// What the row has no room for stands below.
		await person.seesIn('workloads', / pod\/[a-z]+-\S+: \S/);
		person.press('<right>');
		await person.seesIn('workloads', /mailer/);
	});

	scenario('with the figures of metrics-server, where there is room for them', async person => {
		await openWorkloads(person);
		person.press('z');
		if (person.columns < 120) return;
		await person.seesIn('workloads', /NAME .* CPU +MEMORY/);
		await person.seesIn('workloads', /coredns-.* \d+m +\d+ MiB/);
	});

	scenario('in one namespace, and those that a filter finds', async person => {
		await openWorkloads(person);
		person.press('n');
		await person.seesTitle('workloads', /in kube-system/);
		await person.seesIn('workloads', lines => !lines.some(line => line.includes('mailer')));
		person.press('N');
		await filters(person, 'crash');
		await person.seesIn(
			'workloads',
			lines => lines.filter(line => /[▸ ] (cart|web|coredns|mailer)/.test(line)).length <= 1,
		);
		person.press('<esc>');
		await person.seesIn('workloads', /coredns/);
	});

	scenario('with a shell in a pod: the terminal is lent, and given back', async person => {
		await openWorkloads(person);
		await filters(person, 'web-');
		person.press('e');
		await person.sees(/Shell in pod shop\/web-\S+; exit or Ctrl-D/, '/ # ');
		person.press('hostname', '<enter>');
		await person.sees(/^web-\S+$/m);
		expect(person.terminal.modes().alternateScreen).toBe(false);
		person.press('exit', '<enter>');
		await person.seesIn('workloads', /web-/);
		expect(person.terminal.modes().alternateScreen).toBe(true);
		person.fitsTheScreen();
	});

	scenario('which says so where there is no shell in a pod', async person => {
		await openWorkloads(person);
		await filters(person, 'coredns');
		person.press('e');
		await person.sees(/pod kube-system\/coredns-\S*: there is no sh in it/);
		await person.seesIn('workloads', /coredns/);
	});

	scenario('reached through a port of this machine, which is free again when that is ended', async person => {
		await openWorkloads(person);
		await filters(person, 'web-');
		person.press('F');
		await person.sees('Forward to web-', /Port of the pod +8080/);
		person.press('<tab>', '0', '<tab>', '<enter>');
		await person.sees(/127\.0\.0\.1:\d+ leads to port 8080 of web-/);
		const [, address = ''] = /(127\.0\.0\.1:\d+) leads to/.exec(person.terminal.text()) ?? [];
		const answer = await fetch(`http://${address}/`);
		expect(await answer.text()).toMatch(/^shop\/web-\S+ answers on port 8080/);
		await person.seesTitle('workloads', /1 forwarded/);
		person.press('O');
		await person.sees('Forwarded ports', `http://${address}  →  shop/web-`);
		person.press('d');
		await person.sees('is free again');
		await expect(fetch(`http://${address}/`)).rejects.toThrow();
		person.press('<esc>', '<esc>');
	});

	scenario('of one node alone, when the focus comes from there', async person => {
		await person.seesRow('nodes', 'agent-1', /✔ ready/);
		person.press('2');
		await person.goesTo('nodes', 'agent-1');
		person.press('6');
		await person.seesTitle('workloads', /on agent-1 of dev/);
		await person.seesIn('workloads', /mailer/);
		expect(person.panel('workloads').join('\n')).not.toContain('cart-');
		person.press('w');
		await person.seesIn('workloads', /cart-/);
	});

	scenario('the log of a pod, and back', async person => {
		await openWorkloads(person);
		await filters(person, 'mailer');
		person.press('<enter>');
		await person.seesTitle('log', /mailer/);
		await person.seesIn('log', /FATAL giving up: no mail server/);
		person.press('<esc>');
		await person.seesIn('workloads', /mailer/);
	});

	scenario('the log of all containers of a pod, each with its name', async person => {
		await openWorkloads(person);
		await filters(person, 'web-');
		person.press('<enter>');
		await person.seesTitle('log', /web-/);
		await person.seesIn('log', lines =>
			['web', 'metrics'].every(name => lines.some(line => line.trim().startsWith(`${name} `))),
		);
	});

	scenario('the log of a container that was restarted, with that of the one before', async person => {
		await openWorkloads(person);
		await filters(person, 'mailer');
		const name = () => /mailer-\S+/.exec(person.panel('workloads').join('\n'))?.[0] ?? '';
		await person.seesIn('workloads', () => name() !== '');
		const old = name();
		// A new one is started again soon; the longer one fails, the longer it waits.
		person.press('d');
		await person.sees(/Delete pod mailer-/);
		person.press('y', '<enter>');
		const isRestarted = /mailer-\S+ .*[●✖] (Running|Error) +[1-9]\d* /;
		await person.seesIn('workloads', lines => name() !== old && isRestarted.test(lines.join('\n')));
		person.press('<enter>');
		await person.seesTitle('log', /mailer/);
		await person.seesIn('log', /mailer \(before\) +FATAL giving up[\s\S]*mailer +shop-mailer 0\.9\.3/);
	});

	scenario('the log of all pods of a deployment, each line with what tells its pod from the others', async person => {
		await openWorkloads(person);
		await filters(person, 'cart');
		await person.seesIn('workloads', lines => lines.filter(line => /cart-.*● Running/.test(line)).length === 2);
		const ends = person.panel('workloads').flatMap(line => /cart-\S+-(\w{5}) /.exec(line)?.[1] ?? []);
		person.press('<right>', '<enter>');
		await person.seesTitle('log', /cart/);
		await person.seesIn('log', lines => ends.every(end => lines.some(line => line.trim().startsWith(`${end} `))));
	});

	scenario('described, and as YAML', async person => {
		await openWorkloads(person);
		await filters(person, 'mailer');
		person.press('D');
		await person.sees(/Controlled by: ReplicaSet mailer-/);
		person.press('<tab>');
		await person.sees('apiVersion: v1');
		person.press('<esc>');
		await person.seesNo('apiVersion: v1');
	});

	scenario('a pod is deleted after a question, and another one comes', async person => {
		await openWorkloads(person);
		await filters(person, 'cart');
		const names = () => person.panel('workloads').flatMap(line => /(cart-\S+)/.exec(line)?.[1] ?? []);
		await person.seesIn('workloads', () => names().length === 2);
		const [first = ''] = names();
		person.press('d');
		await person.sees(/Delete pod cart-/);
		person.press('y', '<enter>');
		await person.sees(/✔ delete pod shop\/cart-/);
		await person.seesIn('workloads', () => names().length === 2 && !names().includes(first));
		person.press('7');
		await person.sees(/\$ kubectl --context k3d-dev/);
	});

	scenario('a deployment is restarted: its pods are made anew', async person => {
		await openWorkloads(person);
		await filters(person, 'cart');
		const names = () => person.panel('workloads').flatMap(line => /(cart-\S+)/.exec(line)?.[1] ?? []);
		await person.seesIn('workloads', () => names().length === 2);
		const before = names();
		person.press('<right>', 'r');
		await person.sees(/✔ restart deployment shop\/cart/);
		person.press('<left>');
		await person.seesIn('workloads', () => names().length === 2 && !names().some(name => before.includes(name)));
	});

	scenario('a deployment is scaled, and that is undone', async person => {
		await openWorkloads(person);
		person.press('<right>');
		await filters(person, 'cart');
		await person.seesIn('workloads', /cart.*● 2\/2/);
		person.press('S', '3', '<enter>', '<enter>');
		await person.seesIn('workloads', /cart.*● 3\/3/);
		person.press('u', 'y', '<enter>');
		await person.seesIn('workloads', /cart.*● 2\/2/);
	});

	scenario(
		'read-only, they are shown and not changed',
		async person => {
			await openWorkloads(person);
			person.press('d');
			await person.sees('this dashboard is read-only');
		},
		{args: ['--read-only']},
	);
});
