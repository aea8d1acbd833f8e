/**
 * Text for people.
 *
 * <p>Upstream: whatever shows what others wrote (logs, errors, the command line). Downstream: nothing.
 */
@NullMarked
package io.pushmanager.core.text;

import org.jspecify.annotations.NullMarked;
