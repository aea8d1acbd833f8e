package io.pushmanager.cli;

import io.pushmanager.core.text.Printable;
import io.vertx.core.json.JsonObject;

/**
 * Frames as lines: pushes on standard output, what happens around them on standard error. Nothing that a sender wrote
 * reaches a terminal unescaped. <b>Thread:</b> one event loop; may block while nobody reads, which holds the socket back.
 */
final class TailOutput {

    private final CliIo io;
    private final boolean json;

    TailOutput(CliIo io, boolean json) {
        this.io = io;
        this.json = json;
    }

    /** Whether anybody still reads the output. */
    boolean isOpen() {
        return !io.out().checkError();
    }

    void note(String text) {
        io.err().println(Printable.escape(text));
    }

    void frame(JsonObject frame) {
        if (json) {
            // Outside of its strings JSON has nothing to escape, and inside of them this is JSON's own notation.
            io.out().println(Printable.escape(frame.encode()));
            return;
        }
        switch (frame.getString("type", "")) {
            case "push" -> io.out().println(describePush(frame));
            case "welcome" ->
                note("Connected to " + frame.getValue("node_id") + " as " + frame.getValue("user_id") + ", rooms "
                        + frame.getValue("rooms"));
            case "gap" -> note(frame.getValue("dropped") + " messages were dropped: " + frame.getValue("reason"));
            case "drain" -> note("The node is leaving: moving to another connection");
            case "error" -> note("Error " + frame.getValue("code") + ": " + frame.getValue("message"));
            default -> {
                // answers to commands that tail does not send, and types of later versions
            }
        }
    }

    private static String describePush(JsonObject push) {
        JsonObject content = push.getValue("content") instanceof JsonObject object ? object : new JsonObject();
        String to = push.containsKey("room_id")
                ? "room " + push.getValue("room_id")
                : push.containsKey("user_id") ? "user " + push.getValue("user_id") : "all";
        String type = String.valueOf(content.getValue("type", ""));
        StringBuilder line = new StringBuilder().append('[').append(to).append("] ");
        if (!type.equals("TEXT")) {
            line.append('(').append(type).append(") ");
        }
        line.append(content.getValue("data", ""));
        if (content.getValue("binary") instanceof String base64) {
            line.append("binary:").append(base64);
        }
        return Printable.escape(line.toString());
    }
}
