import {badRequest} from './docker-error.ts';

/** The `filters` of a list: values of one filter are alternatives (but for labels), filters add up. */
export class Filters {
	readonly #values: ReadonlyMap<string, readonly string[]>;

	/**
	 * @param text JSON, `{"name": ["a"]}` or the older `{"name": {"a": true}}`
	 * @param known which filters this list has
	 * @throws DockerError for another filter, or what is no JSON
	 */
	constructor(text: string | null, known: readonly string[]) {
		const values = new Map<string, readonly string[]>();
		let parsed: unknown;
		try {
			parsed = text ? JSON.parse(text) : {};
		} catch {
			throw badRequest('invalid filter');
		}
		for (const [key, value] of Object.entries((parsed ?? {}) as Record<string, unknown>)) {
			if (!known.includes(key)) throw badRequest(`invalid filter '${key}'`);
			values.set(key, Array.isArray(value) ? value.map(String) : Object.keys((value ?? {}) as object));
		}
		this.#values = values;
	}

	get(key: string): readonly string[] {
		return this.#values.get(key) ?? [];
	}

	/** Whether one of the filter's values satisfies the test, or there are none. */
	some(key: string, test: (value: string) => boolean): boolean {
		const values = this.get(key);
		return values.length === 0 || values.some(test);
	}

	/** Whether all labels asked for (`key` or `key=value`) are there. */
	matchLabels(labels: Readonly<Record<string, string>>): boolean {
		return this.get('label').every(wanted => {
			const equals = wanted.indexOf('=');
			if (equals < 0) return wanted in labels;
			return labels[wanted.slice(0, equals)] === wanted.slice(equals + 1);
		});
	}

	/** A name filter: a regular expression anywhere in the name, as Docker takes it. */
	matchName(names: readonly string[]): boolean {
		return this.some('name', wanted => {
			try {
				const pattern = new RegExp(wanted);
				return names.some(name => pattern.test(name));
			} catch {
				return names.some(name => name.includes(wanted));
			}
		});
	}
}
