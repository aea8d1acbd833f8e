@NullMarked
package io.pushmanager.core.time;

import org.jspecify.annotations.NullMarked;
