package io.pushmanager.bus;

import io.pushmanager.core.explain.Kept;
import io.pushmanager.core.explain.PushTrail;
import java.util.List;

/**
 * What fan-out knows of a message id.
 *
 * @param enabled whether anything is kept
 * @param trails one for each time that it was sent, newest first
 * @param kept how much is kept of all pushes
 */
public record ExplainAnswer(boolean enabled, List<PushTrail> trails, Kept kept) {}
