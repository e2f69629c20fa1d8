package dev.caravan.route;

/** What a file that was taken over did to the routes: how many run in a new version, are new, are gone. */
record Change(int changed, int added, int removed) {}
