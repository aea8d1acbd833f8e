# Build: mvn package. Runs every role; see compose.yaml.
FROM eclipse-temurin:17-jre
RUN useradd --system --no-create-home push-manager
COPY target/push-manager.jar /opt/push-manager/push-manager.jar
COPY conf/ /opt/push-manager/conf/
USER push-manager
EXPOSE 8080 50051 50052 50053 9090 9091 9093
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=70", "-jar", "/opt/push-manager/push-manager.jar"]
