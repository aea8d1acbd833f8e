package io.pushmanager.cli;

import com.google.protobuf.ByteString;
import io.pushmanager.core.message.Limits;
import io.pushmanager.proto.pubsub.Content;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code push} sends: the argument, or standard input. UTF-8 goes as text, without the line end that {@code echo}
 * adds; other bytes go as they are.
 *
 * <p><b>Bound:</b> reads no more than one byte over the limit of a content.
 */
final class PushBody {

    private PushBody() {}

    static Content read(@Nullable String argument, String type, InputStream in) {
        Content.Builder content = Content.newBuilder().setType(type);
        if (argument != null && !argument.equals("-")) {
            return content.setData(argument).build();
        }
        ByteString bytes = readAll(in);
        if (!bytes.isValidUtf8()) {
            return content.setBinary(bytes).build();
        }
        String text = bytes.toStringUtf8();
        int end = text.endsWith("\r\n") ? text.length() - 2 : text.endsWith("\n") ? text.length() - 1 : text.length();
        return content.setData(text.substring(0, end)).build();
    }

    private static ByteString readAll(InputStream in) {
        try {
            byte[] bytes = in.readNBytes(Limits.MAX_CONTENT_BYTES + 1);
            if (bytes.length > Limits.MAX_CONTENT_BYTES) {
                throw new CommandFailure(
                        ExitCode.USAGE, "The message is larger than " + Limits.MAX_CONTENT_BYTES + " bytes");
            }
            return ByteString.copyFrom(bytes);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILURE, "Standard input cannot be read: " + Reason.of(e));
        }
    }
}
