package io.pushmanager.cli;

/**
 * What a client does when its socket was closed, by the contract's ranges of close codes.
 *
 * @param reconnect with back-off; otherwise the command ends
 * @param exitCode when it ends
 */
record CloseDecision(boolean reconnect, int exitCode) {

    private static final CloseDecision AGAIN = new CloseDecision(true, ExitCode.OK);

    static CloseDecision of(int closeCode) {
        if (closeCode == 1000) {
            return new CloseDecision(false, ExitCode.OK);
        }
        if (closeCode == 1008) {
            return new CloseDecision(false, ExitCode.DENIED); // policy: coming back at once would only repeat it
        }
        boolean isForever = closeCode >= 4000 && closeCode < 4100;
        boolean isOurFault = closeCode == 1002 || closeCode == 1003 || closeCode == 1007 || closeCode == 1009;
        return isForever || isOurFault ? new CloseDecision(false, ExitCode.FAILURE) : AGAIN;
    }
}
