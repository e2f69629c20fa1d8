package dev.caravan.http;

/**
 * A part of an answer's body.
 *
 * @param bytes may be none: ask again then
 * @param last whether the body ends with it
 */
record Piece(byte[] bytes, boolean last) {

    /** Nothing yet: ask again at once. */
    static final Piece NOTHING = new Piece(new byte[0], false);
}
