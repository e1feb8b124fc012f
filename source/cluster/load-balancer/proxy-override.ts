import {Problem} from '../problem.ts';
import type {ProxyConfig} from './proxy-config.ts';

/** What the proxy image understands, and what it is. Source: k3d v5.9.0, pkg/types/loadbalancer.go. */
const knownSettings: Readonly<Record<string, string>> = {
	workerConnections: 'how many connections a worker of nginx may have',
	defaultProxyTimeout: 'seconds after which an idle connection is closed',
};

/** A configuration with settings of the user's: `settings.workerConnections=2048`. Throws a Problem for unknown ones. */
export function withOverrides(config: ProxyConfig, overrides: readonly string[]): ProxyConfig {
	const settings = {...config.settings};
	for (const text of overrides) {
		const subject = `load balancer setting "${text}"`;
		const equals = text.indexOf('=');
		const path = equals === -1 ? text : text.slice(0, equals);
		const key = path.startsWith('settings.') ? path.slice('settings.'.length) : '';
		if (!Object.hasOwn(knownSettings, key)) {
			throw new Problem(
				subject,
				`there is no setting "${path}"`,
				`There are: ${Object.entries(knownSettings)
					.map(([known, meaning]) => `settings.${known} (${meaning})`)
					.join(', ')}.`,
			);
		}
		const value = equals === -1 ? '' : text.slice(equals + 1);
		if (!/^[1-9]\d{0,8}$/.test(value)) {
			throw new Problem(subject, `"${value}" is no whole number from 1 on`, `For example: settings.${key}=2048.`);
		}
		settings[key] = Number(value);
	}
	return {...config, settings};
}
