const decimal: Readonly<Record<string, number>> = {n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18};
const binary: readonly string[] = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/**
 * A quantity as Kubernetes writes it, as a number: `250m` is 0.25, `64Mi` 67108864, `1e3` 1000. NaN for anything else.
 * Source: k8s.io/apimachinery/pkg/api/resource, Quantity.
 */
export function quantityOf(text: string): number {
	const [, digits = '', suffix = ''] = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(text) ?? [];
	const number = digits === '' ? Number.NaN : Number(digits);
	const step = binary.indexOf(suffix);
	if (step >= 0) return number * 1024 ** step;
	const exponent = decimal[suffix];
	return exponent === undefined ? Number.NaN : number * 10 ** exponent;
}
