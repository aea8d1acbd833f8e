@NullMarked
package io.pushmanager.core.outcome;

import org.jspecify.annotations.NullMarked;
