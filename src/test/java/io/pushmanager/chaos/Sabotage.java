package io.pushmanager.chaos;

/** What a {@link MeddlingNode} does to every tenth push, as unary calls and on links alike. */
enum Sabotage {
    NONE,
    /** Hands it on twice, the second time under another id so that the node does not notice. */
    DOUBLE,
    /** Says that it is written, and hands it on after the one that comes next. */
    REORDER,
    /** Says that it is written, and hands nothing on. */
    DROP,
    /** Hands it on for another room. */
    MISROUTE,
    /** Hands it on, and counts one connection too many. */
    MISCOUNT;

    static final String WRONG_ROOM = "wrong-room";
}
