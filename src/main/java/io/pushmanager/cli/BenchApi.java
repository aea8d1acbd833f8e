package io.pushmanager.cli;

/** How {@code bench} pushes. */
enum BenchApi {
    /** One PushStream. */
    STREAM,
    /** One PushToRoom call for each push. */
    UNARY
}
