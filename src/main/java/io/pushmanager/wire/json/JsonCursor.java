package io.pushmanager.wire.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.pushmanager.core.message.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON document from front to back; what is read has the asked type or the reading ends.
 *
 * <p><b>Bound:</b> nesting {@value #MAX_DEPTH}, names and numbers short, nothing kept beside the current value.
 * <b>Failure:</b> {@link MalformedJsonException} with the field and the place; also for a name used twice.
 */
final class JsonCursor implements AutoCloseable {

    private static final int MAX_DEPTH = 16;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // Names come from callers: a table of them would be theirs to fill.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(Limits.MAX_GRPC_MESSAGE_BYTES)
                    .maxNameLength(Limits.MAX_CONTENT_BYTES)
                    .maxNumberLength(40)
                    .build())
            .build();

    private final JsonParser parser;
    private String field = "";

    JsonCursor(byte[] document) {
        try {
            this.parser = FACTORY.createParser(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Told of each field whose value is not null; reads the value, or leaves it to be skipped. */
    @FunctionalInterface
    interface FieldHandler {
        /** Returns whether the value was read. */
        boolean read(String name);
    }

    /** Reads the whole document, which must be one object. */
    void document(FieldHandler handler) {
        next();
        object(handler);
        if (next() != null) {
            throw malformed("there is more after the end of the object");
        }
    }

    /** Reads the whole document, which must be one array. */
    void documentOfMany(Runnable handler) {
        next();
        array(handler);
        if (next() != null) {
            throw malformed("there is more after the end of the array");
        }
    }

    /** Reads the object that the cursor stands at. */
    void object(FieldHandler handler) {
        expect(JsonToken.START_OBJECT, "an object");
        String parent = field;
        while (next() != JsonToken.END_OBJECT) {
            String name = name();
            field = parent.isEmpty() ? name : parent + "." + name;
            if (next() != JsonToken.VALUE_NULL && !handler.read(name)) {
                skip();
            }
        }
        field = parent;
    }

    /** Runs {@code handler} for each element of the array that the cursor stands at. */
    void array(Runnable handler) {
        expect(JsonToken.START_ARRAY, "an array");
        String parent = field;
        for (int i = 0; next() != JsonToken.END_ARRAY; i++) {
            field = parent + "[" + i + "]";
            handler.run();
        }
        field = parent;
    }

    String text() {
        expect(JsonToken.VALUE_STRING, "a string");
        String text = string();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw malformed("must be Unicode text: it has half of a surrogate pair");
            }
        }
        return text;
    }

    boolean bool() {
        return switch (token()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw malformed("must be true or false");
        };
    }

    /** A whole number, written as a number or, as protobuf writes it, as a string. */
    long int64() {
        String digits =
                switch (token()) {
                    case VALUE_NUMBER_INT, VALUE_STRING -> string();
                    default -> throw malformed("must be a whole number");
                };
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw malformed("must be a whole number of 64 bits");
        }
    }

    byte[] base64() {
        String text = text();
        try {
            return Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException e) {
            throw malformed("must be base64");
        }
    }

    /** A name, or a number as text. */
    String enumValue() {
        return switch (token()) {
            case VALUE_NUMBER_INT, VALUE_STRING -> string();
            default -> throw malformed("must be the name of a value");
        };
    }

    MalformedJsonException malformed(String description) {
        return new MalformedJsonException(field, description, parser.currentTokenLocation());
    }

    private JsonToken token() {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw malformed("ends too early");
        }
        return token;
    }

    private void expect(JsonToken expected, String description) {
        if (parser.currentToken() != expected) {
            throw malformed("must be " + description);
        }
    }

    private @Nullable JsonToken next() {
        try {
            return parser.nextToken();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private String name() {
        try {
            return parser.currentName();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private String string() {
        try {
            return parser.getText();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private void skip() {
        try {
            parser.skipChildren();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Jackson tells where the open bracket stands in words about its own settings. */
    private static String withoutSource(String message) {
        int at = message.indexOf(" (start marker at ");
        return at < 0 ? message : message.substring(0, at);
    }

    private MalformedJsonException failure(IOException e) {
        if (e instanceof StreamConstraintsException) { // its own message speaks of our settings
            return malformed("is nested deeper than " + MAX_DEPTH + ", or has a name or value that is too long");
        }
        if (e instanceof JsonParseException parse && parse.getLocation() != null) {
            return new MalformedJsonException(field, withoutSource(parse.getOriginalMessage()), parse.getLocation());
        }
        return e instanceof JsonProcessingException processing
                ? malformed(processing.getOriginalMessage())
                : malformed("cannot be read");
    }

    @Override
    public void close() {
        try {
            parser.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
