import type {DeviceReading} from '../read/container-reading.ts';

/** A field of a line of comma-separated values: Docker wants quotes around one that has commas in it. */
function field(key: string, values: readonly string[]): string {
	const text = `${key}=${values.join(',')}`;
	return values.length > 1 ? `"${text}"` : text;
}

/** A request for GPUs in the words of Docker's `--gpus`: `all`, `2`, `device=0`; undefined for other devices. */
export function gpusText({Driver, Count = 0, DeviceIDs, Capabilities, Options}: DeviceReading): string | undefined {
	const capabilities = Capabilities?.find(set => set.includes('gpu'));
	if (!capabilities) return undefined;
	const others = capabilities.filter(capability => capability !== 'gpu');
	const options = Object.entries(Options ?? {}).map(([key, value]) => `${key}=${value}`);
	const count = Count === -1 ? 'all' : String(Count);
	const fields = [
		...(Driver ? [field('driver', [Driver])] : []),
		...(DeviceIDs?.length ? [field('device', DeviceIDs)] : []),
		...(others.length > 0 ? [field('capabilities', others)] : []),
		...(options.length > 0 ? [field('options', options)] : []),
	];
	if (DeviceIDs?.length) return fields.join(',');
	return fields.length === 0 ? count : [`count=${count}`, ...fields].join(',');
}
