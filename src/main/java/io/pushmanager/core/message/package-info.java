@NullMarked
package io.pushmanager.core.message;

import org.jspecify.annotations.NullMarked;
