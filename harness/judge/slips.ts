/**
 * A name that nothing defines, in code that was given stand-ins: whatever else it throws of them may
 * be theirs, and this is a mistake with any record.
 */
export function isSlip(error: unknown): error is ReferenceError {
  return error instanceof ReferenceError && error.message.endsWith(" is not defined");
}
