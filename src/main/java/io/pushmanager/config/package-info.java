@NullMarked
package io.pushmanager.config;

import org.jspecify.annotations.NullMarked;
