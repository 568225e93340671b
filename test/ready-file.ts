/** The variable that names the file which is there when engine and images are; it holds what went wrong. */
export const readyFile = "AFTERSHOCK_TEST_READY";
