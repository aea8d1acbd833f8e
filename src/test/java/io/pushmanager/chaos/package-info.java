/**
 * Faults on purpose: each case hurts real processes and ends in the exact ledger check and a figure of its own.
 *
 * <p>As {@code *IT} they run in {@code scripts/test} with shrunk time constants; {@code scripts/chaos} runs all of them with
 * the product's defaults. Start reading at {@link io.pushmanager.chaos.Cluster}.
 */
@NullMarked
package io.pushmanager.chaos;

import org.jspecify.annotations.NullMarked;
