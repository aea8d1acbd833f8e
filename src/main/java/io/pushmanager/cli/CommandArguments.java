package io.pushmanager.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The arguments as they were typed. In a locale without UTF-8, as in most containers, the JVM turns every letter beyond
 * ASCII into a replacement character; where the system still has the bytes, they are read again.
 */
public final class CommandArguments {

    private static final char REPLACEMENT = '\uFFFD';

    private CommandArguments() {}

    public static String[] typed(String[] arguments) {
        Path file = Path.of("/proc/self/cmdline");
        if (!isDamaged(arguments) || !Files.isReadable(file)) {
            return arguments;
        }
        try {
            return repaired(arguments, Files.readAllBytes(file));
        } catch (IOException e) {
            return arguments;
        }
    }

    /** @param commandLine of the process: words, each with a zero byte after it, the last of which are the arguments */
    static String[] repaired(String[] arguments, byte[] commandLine) {
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < commandLine.length; i++) {
            if (commandLine[i] == 0) {
                try {
                    words.add(StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(commandLine, start, i - start))
                            .toString());
                } catch (CharacterCodingException e) {
                    return arguments;
                }
                start = i + 1;
            }
        }
        int skipped = words.size() - arguments.length;
        return skipped < 0 ? arguments : words.subList(skipped, words.size()).toArray(String[]::new);
    }

    private static boolean isDamaged(String[] arguments) {
        for (String argument : arguments) {
            if (argument.indexOf(REPLACEMENT) >= 0) {
                return true;
            }
        }
        return false;
    }
}
