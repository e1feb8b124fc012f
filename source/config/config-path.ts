/** A way into a config: keys and positions in lists. */
export type ConfigPath = readonly (string | number)[];

/** `options.k3s.extraArgs[0].arg`. */
export function pathText(path: ConfigPath): string {
	return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('');
}
