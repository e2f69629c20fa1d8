# Two stages: the first builds the jar with nothing but the JDK, the second runs it as a user without rights.
FROM eclipse-temurin:17-jdk AS build
WORKDIR /src
COPY . .
RUN ./mvnw -q -B -DskipTests package

FROM eclipse-temurin:17-jre
RUN useradd --system --uid 10001 --home-dir /caravan --create-home caravan
WORKDIR /caravan
COPY --from=build /src/target/bridge.jar ./bridge.jar
USER caravan
RUN mkdir data
VOLUME /caravan/data
EXPOSE 1883 8083 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /status HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["java", "-jar", "bridge.jar"]
