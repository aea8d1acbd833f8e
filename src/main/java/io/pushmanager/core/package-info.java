@NullMarked
package io.pushmanager.core;

import org.jspecify.annotations.NullMarked;
