package dev.caravan.check;

/**
 * Where something of a context stands.
 *
 * @param line counted from 1; 0 where only the file is known
 */
record Origin(RouteFile file, int line) {

    static Origin of(Draft draft, Item item) {
        return new Origin(draft.file(), Nodes.mark(item.node()).getLine() + 1);
    }
}
