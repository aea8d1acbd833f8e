package io.pushmanager.app;

public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.out.println("ok " + io.pushmanager.proto.pubsub.Content.getDefaultInstance());
    }
}
