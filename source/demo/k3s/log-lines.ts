/** Writes lines in the dialects of a k3s process. */
export interface Log {
	/** k3s itself (logrus): `time="..." level=info msg="..."`. */
	info(message: string, fields?: Readonly<Record<string, string>>): void;
	warning(message: string): void;
	error(message: string): void;
	fatal(message: string): void;
	/** Kubernetes' components (klog): `I1122 11:15:57.625162      28 kubelet_node_status.go:74] ...`. */
	klog(severity: 'I' | 'W' | 'E', place: string, message: string): void;
	/** etcd (zap): `{"level":"info","ts":"...",...}`. */
	etcd(level: 'info' | 'warn', caller: string, message: string, fields?: Record<string, unknown>): void;
}

/** @param write takes a line without its end */
export function createLog(write: (line: string) => void, now: () => number): Log {
	const logrus =
		(level: string) =>
		(message: string, fields: Readonly<Record<string, string>> = {}) => {
			const time = new Date(now()).toISOString();
			const more = Object.entries(fields)
				.map(([name, value]) => ` ${name}=${JSON.stringify(value)}`)
				.join('');
			write(`time="${time.slice(0, 19)}Z" level=${level} msg=${JSON.stringify(message)}${more}`);
		};
	return {
		info: logrus('info'),
		warning: logrus('warning'),
		error: logrus('error'),
		fatal: logrus('fatal'),
		klog(severity, place, message) {
			const [date = '', time = ''] = new Date(now()).toISOString().split('T');
			write(`${severity}${date.slice(5, 7)}${date.slice(8)} ${time.slice(0, 12)}000      28 ${place}] ${message}`);
		},
		etcd(level, caller, msg, fields = {}) {
			write(JSON.stringify({level, ts: new Date(now()).toISOString(), caller, msg, ...fields}));
		},
	};
}

/** A certificate as k3s announces it when it has been signed. */
export function signedCertificate(subject: string, issuer: string, from: Date, until: Date): string {
	const time = (date: Date) => `${date.toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;
	return `certificate ${subject} signed by CN=${issuer}: notBefore=${time(from)} notAfter=${time(until)}`;
}
