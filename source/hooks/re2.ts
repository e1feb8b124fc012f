// Imported late, and through here, so that the build keeps only what is used of it.
export {RE2JS} from 're2js';
