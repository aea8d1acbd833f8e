@NullMarked
package io.pushmanager.core.text;

import org.jspecify.annotations.NullMarked;
