package io.pushmanager.core.message;

import io.pushmanager.core.text.Utf8;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/**
 * What is pushed. Immutable once built: nobody writes to {@code binary} or {@code metadata} after construction.
 *
 * @param type a word that the application chooses, such as {@code TEXT}; may be empty
 * @param data text; may be empty
 * @param timestampMillis milliseconds since the epoch; 0 on its way in is set to now
 * @param metadata at most {@link Limits#MAX_METADATA_ENTRIES} entries
 * @param binary bytes; may be empty, never null
 */
@SuppressWarnings(
        "ArrayRecordComponent") // bytes are shared, not copied, all the way to the sockets; equals compares them
public record Content(String type, String data, long timestampMillis, Map<String, String> metadata, byte[] binary) {

    private static final byte[] NO_BYTES = {};

    /** Of what is no push. */
    public static Content none() {
        return new Content("", "", 0, Map.of(), NO_BYTES);
    }

    public static Content text(String data, long timestampMillis) {
        return new Content("TEXT", data, timestampMillis, Map.of(), NO_BYTES);
    }

    /** Stamped by the manager that takes it. */
    public static Content text(String data) {
        return text(data, 0);
    }

    /** Payload size in bytes as the limits and mailboxes count it: text as UTF-8, plus binary, plus metadata. */
    public int sizeBytes() {
        int size = Utf8.length(type) + Utf8.length(data) + binary.length;
        if (metadata.isEmpty()) {
            return size;
        }
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            size += Utf8.length(entry.getKey()) + Utf8.length(entry.getValue());
        }
        return size;
    }

    public boolean isEmpty() {
        return type.isEmpty() && data.isEmpty() && binary.length == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Content that
                && timestampMillis == that.timestampMillis
                && type.equals(that.type)
                && data.equals(that.data)
                && metadata.equals(that.metadata)
                && Arrays.equals(binary, that.binary);
    }

    @Override
    public int hashCode() {
        return Objects.hash(type, data, timestampMillis, metadata, Arrays.hashCode(binary));
    }

    @Override
    public String toString() {
        return "Content[type=" + type + ", bytes=" + sizeBytes() + "]"; // payloads are never logged
    }
}
