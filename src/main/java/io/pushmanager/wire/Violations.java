package io.pushmanager.wire;

import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Limits;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.outcome.PushError.FieldViolation;
import io.pushmanager.core.text.Utf8;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects everything that is wrong with one request. A description never repeats what the caller sent.
 *
 * <p><b>Bound:</b> {@value #MAX} violations. <b>Thread:</b> one.
 */
public final class Violations {

    private static final int MAX = 20;

    /** Nearly always nothing. */
    private List<FieldViolation> found = List.of();

    public void add(String field, String description) {
        if (found.isEmpty()) {
            found = new ArrayList<>();
        }
        if (found.size() < MAX) {
            found.add(new FieldViolation(field, description));
        }
    }

    /** Null when nothing is wrong. */
    public @Nullable PushError toError() {
        return found.isEmpty() ? null : PushError.invalid(found);
    }

    public void requireId(String field, String id) {
        if (id.isEmpty()) {
            add(field, "must not be empty");
        } else {
            checkId(field, id);
        }
    }

    /** An id that is there: its length and its characters. */
    public void checkId(String field, String id) {
        if (id.length() > Limits.MAX_ID_BYTES || Utf8.length(id) > Limits.MAX_ID_BYTES) {
            add(field, "is over the limit of " + Limits.MAX_ID_BYTES + " bytes of UTF-8");
        } else if (hasControlCharacter(id)) {
            add(field, "must not contain control characters");
        }
    }

    private static boolean hasControlCharacter(String id) {
        for (int i = 0; i < id.length(); i++) {
            if (Character.isISOControl(id.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    public void checkOptionalId(String field, String id) {
        if (!id.isEmpty()) {
            checkId(field, id);
        }
    }

    /** Without duplicates, in the order given. Stops early once there are too many. */
    public Set<String> distinctIds(String field, List<String> ids, int max) {
        if (ids.isEmpty()) {
            return Set.of();
        }
        Set<String> distinct = new LinkedHashSet<>();
        for (int i = 0; i < ids.size(); i++) {
            String id = ids.get(i);
            if (distinct.add(id)) {
                if (distinct.size() > max) {
                    add(field, "names more than " + max + " different users");
                    break;
                }
                requireId(field + "[" + i + "]", id);
            }
        }
        return distinct;
    }

    public void checkContent(boolean isSet, Content content) {
        if (!isSet || content.isEmpty()) {
            add("content", "must have a type, data or binary");
            return;
        }
        if (content.metadata().size() > Limits.MAX_METADATA_ENTRIES) {
            add("content.metadata", "is over the limit of " + Limits.MAX_METADATA_ENTRIES + " entries");
        }
        if (content.sizeBytes() > Limits.MAX_CONTENT_BYTES) {
            add("content", "is over the limit of " + Limits.MAX_CONTENT_BYTES + " bytes");
        }
    }
}
